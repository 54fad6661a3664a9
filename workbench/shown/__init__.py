"""What a person sees of a table: its columns in their order, their widths, its cells as text that is safe to show."""
