"""Quality assurance of formal arrangements: what is asked, who looked, what followed."""
