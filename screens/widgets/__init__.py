"""What the screens are made of: the grid and its parts, panes, lines of text."""
