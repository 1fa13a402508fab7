"""What a service says about itself: logs, traces and figures, none of them with anyone's data."""
