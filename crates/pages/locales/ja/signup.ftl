# ユーザー登録

signup-title = ユーザー登録
signup-have-account = 登録がお済みの方は
signup-email-title = メールアドレスで登録
signup-email-lead = 入力いただいたメールアドレスに、確認コードをお送りします。
code-send = コードを送信

signup-code-title = 確認コードの入力
code-sent-to = 次のメールアドレスに、メールをお送りしました。
code-label = 確認コード
code-hint = メールに書かれた数字を入力してください。{ $minutes }分間有効です。
code-check = コードを確認
code-send-again = コードをもう一度送信
mail-refused = このメールアドレスには、メールをお届けできませんでした。
mail-refused-do = 下の「メールが届かない場合」をご確認のうえ、10分ほどたってからもう一度送信してください。別のメールアドレスもお使いいただけます。
no-mail-title = メールが届かない場合
no-mail-address = メールアドレスに誤りがないか、ご確認ください。
no-mail-correct = 入力し直す
no-mail-spam = 迷惑メールのフォルダーをご確認ください。
no-mail-allow = @{ $domain } からのメールを受信できるように設定してください。
no-mail-wait = 1分ほど待っても届かないときは、もう一度送信してください。

signup-password-title = パスワードの設定
signup-password-lead = メールアドレスを確認しました。ログインに使うパスワードを決めてください。
password-hint = { $minimum }文字以上。ほかのサービスで使っていない、長めのものをおすすめします。
terms-agree = 利用規約に同意する
terms-read = 利用規約を読む
signup-button = 登録を完了

signup-closed-title = 現在、ユーザー登録の受付を停止しています。
signup-closed-body = 登録がお済みの方は、これまでどおりログインできます。

terms-title = 利用規約の更新
terms-body = { $service }の利用規約が新しくなりました。内容をご確認のうえ、同意いただける場合はお進みください。
terms-button = 同意して続ける
terms-decline = 同意せずにログアウト
