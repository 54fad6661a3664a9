"""Problems: what is wrong with the customers and what would mend it: checks, clusters of spellings, duplicates, the profile."""
