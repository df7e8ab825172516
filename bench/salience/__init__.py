"""The salience model: reading its data, training it, and measuring it."""
