print("vigo")
