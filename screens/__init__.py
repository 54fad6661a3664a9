"""The terminal app: asks the Workbench and paints the answer; holds no rules about customers."""
