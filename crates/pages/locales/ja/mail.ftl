# メール。差出人、何が起きたか、どうすればよいか、の順に書く。リンクは書かない。

mail-signature =
    { $service }
    お問い合わせ: { $contact }
mail-when-label = 日時
mail-device-label = 端末
mail-method-label = ログイン方式
mail-network-label = ネットワーク
mail-you = お心当たりがある場合
mail-not-you = お心当たりがない場合
mail-not-me = 身に覚えのないログインの場合
mail-nothing = お手続きは必要ありません。
mail-accept = { $service }からのお知らせは { $sender } からお送りします。@{ $domain } からのメールを必ず受信できるように設定してください。
mail-step-password = すぐにログインし、「アカウント設定」の「パスワードの変更」で、新しいパスワードに変更してください。変更すると、ほかの端末はすべてログアウトします。
mail-step-sessions = 「アカウント設定」の「ログイン中の端末」で、見覚えのない端末が残っていないことをご確認ください。
mail-step-contact = ログインできない場合は、{ $contact } までご連絡ください。
mail-forgotten-contact = パスワードを忘れた場合は、{ $contact } までご連絡ください。
mail-forgotten-reset = パスワードを忘れた場合は、ログイン画面の「パスワードを忘れた場合」から再設定してください。

# 確認コード
mail-register-code-subject = 【{ $service }】確認コードのお知らせ
mail-register-code-what = { $service }です。ユーザー登録の確認コードをお知らせします。
mail-valid-label = 有効期限
mail-valid = { $until }まで（{ $minutes }分間）
mail-register-code-do = 登録の画面に、この番号を入力してください。
mail-register-code-not-you = このメールにお心当たりがない場合は、そのまま破棄してください。番号が入力されない限り、登録は行われません。この番号をほかの人に教えないでください。

# すでに登録がある
mail-register-taken-subject = 【{ $service }】ユーザー登録について
mail-register-taken-what = { $service }です。このメールアドレスでユーザー登録の操作がありましたが、すでに登録がお済みです。新しい登録は行われていません。
mail-register-taken-you = ログイン画面で「メールアドレスで続ける」を選び、このメールアドレスとパスワードを入力してください。
mail-register-taken-not-you = お手続きは必要ありません。アカウントに変更はありません。

# 登録の完了
mail-welcome-subject = 【{ $service }】ユーザー登録が完了しました
mail-welcome-what = { $service }です。ユーザー登録が完了しました。ご登録ありがとうございます。
mail-welcome-do = 次回からは、ログイン画面で「メールアドレスで続ける」を選び、このメールアドレスとパスワードを入力してください。
mail-welcome-not-you = この登録にお心当たりがない場合は、{ $contact } までご連絡ください。

# ログイン
mail-sign-in-subject = 【{ $service }】新しいログインが行われました
mail-sign-in-what = { $service }です。お使いのアカウントに、新しいログインが行われました。
mail-sign-in-not-you = ほかの人がアカウントを使っている可能性があります。次の順にお進みください。

# ロック
mail-locked-subject = 【{ $service }】アカウントがロックされました
mail-locked-what = { $service }です。誤ったパスワードが何度も入力されたため、安全のため、お使いのアカウントをロックしました。
mail-locked-effect = ロックが解除されるまで、新しくログインすることはできません。すでにログインしている端末と、使ったことのある端末は、そのままご利用いただけます。
mail-locked-way-out = ロックを解除するには
mail-locked-contact = { $contact } までご連絡ください。ご本人であることを確認のうえ、ロックを解除いたします。
mail-locked-reset = ログイン画面の「パスワードを忘れた場合」から、パスワードを再設定してください。
mail-locked-not-you = ほかの人がログインを試みた可能性があります。ロックによってアカウントは守られています。

# パスワードの変更
mail-password-changed-subject = 【{ $service }】パスワードが変更されました
mail-password-changed-what = { $service }です。お使いのアカウントのパスワードが変更されました。
mail-password-changed-effect = 変更した端末を除くすべての端末はログアウトしました。
mail-password-changed-not-you-contact = ほかの人がアカウントを使っている可能性があります。すぐに { $contact } までご連絡ください。
mail-password-changed-not-you-reset = ほかの人がアカウントを使っている可能性があります。すぐにログイン画面の「パスワードを忘れた場合」から、パスワードを再設定してください。
