"""What happens when the same is sent again: rules C."""
