"""One file that holds everything: the base, the operations, the runs. All SQL lives in `store`."""
