"""What can be wrong with a flow beyond the fields of one node; one kind of finding per module."""
