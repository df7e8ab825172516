"""The domain as a library: sessions, memories, handoffs, briefs."""
