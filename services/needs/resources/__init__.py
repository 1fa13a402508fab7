"""What a partnership has for its services, year by year: money, staff, buildings."""
