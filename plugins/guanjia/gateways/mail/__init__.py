"""Mail: how a message is composed and handed to a server, and the local sink's folder and receiver."""
