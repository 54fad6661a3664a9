"""What is staged as a report for somebody who decides about it: one HTML page, or text; never sends, never changes anything."""
