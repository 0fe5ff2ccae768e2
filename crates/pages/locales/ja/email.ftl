# メールアドレスの変更

email-title = メールアドレスの変更
email-button = メールアドレスを変更
email-current = 現在のメールアドレス
email-lead = 新しいメールアドレスに、確認コードをお送りします。
email-new-label = 新しいメールアドレス

email-code-title = 確認コードの入力
email-code-until = コードを確認するまで、メールアドレスは変わりません。

# はじめてのメールアドレス
email-add-title = メールアドレスの追加
email-add-lead = 追加すると、メールアドレスとパスワードでもログインできます。入力いただいたメールアドレスに、確認コードをお送りします。
email-password-title = パスワードの設定
email-password-lead = メールアドレスを確認しました。続けて、ログインに使うパスワードを決めてください。
email-password-button = ログイン方式を追加
