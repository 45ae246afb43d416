"""From operations to hardware resources and cycles: what each operation is made of, and when it happens."""
