"""What the fault tests share: the model of what must hold, the server's witness, the driver of real processes, the scene."""
