print("vigosrv")
