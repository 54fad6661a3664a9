"""The vendor's API: where it is, one call at a time, what became of a call, and the pace of many."""
