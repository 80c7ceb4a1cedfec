"""Pure rules: no SQL, no screen, no input or output, no clock."""
