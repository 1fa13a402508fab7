"""What every service's database is made of; the newest revision is the only shape the code knows."""
