# メールアドレスの変更

email-title = メールアドレスの変更
email-button = メールアドレスを変更
email-current = 現在のメールアドレス
email-lead = 新しいメールアドレスに、確認コードをお送りします。
email-new-label = 新しいメールアドレス

email-code-title = 確認コードの入力
email-code-until = コードを確認するまで、メールアドレスは変わりません。
