"""What `lower_axi` is made of."""
