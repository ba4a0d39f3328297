print("vigocli")
