"""What pages and the API share: recording, refusing, forms, problem documents, paging, answers remembered."""
