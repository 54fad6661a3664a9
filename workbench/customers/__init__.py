"""What a customer is: the registry of fields, the four tables, cells and their paths, records to tables and back."""
