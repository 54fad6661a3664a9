"""Problems: checks that say which cells are wrong, what would be right where that is certain, and what was waived."""
