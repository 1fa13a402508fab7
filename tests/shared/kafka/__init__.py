"""What goes over Kafka, and what comes of a broker that misbehaves."""
