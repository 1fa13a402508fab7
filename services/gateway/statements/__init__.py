"""What a fund gives its partners in writing: quarterly statements, reports, the year's account."""
