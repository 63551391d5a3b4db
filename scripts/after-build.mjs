// Copies what tsc leaves alone (data files) next to the compiled code.
