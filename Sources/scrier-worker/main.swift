print("scrier-worker")
