"""The preview: the difference of two frames as sparse PATCH bodies, byte for byte what a commit sends."""
