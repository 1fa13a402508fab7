"""Awards without a tender: direct award, framework call-off, in-house provision and grant."""
