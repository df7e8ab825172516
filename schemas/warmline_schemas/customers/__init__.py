"""What passes between a case and its customer: messages both ways, and how far each got."""
