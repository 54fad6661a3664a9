"""Problems: what is wrong with the customers, and what would mend it. Nothing here changes a value by itself."""
