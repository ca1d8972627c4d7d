"""The command `paramql`."""
