"""What has shipped."""
