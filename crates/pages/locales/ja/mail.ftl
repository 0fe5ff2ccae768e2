# メール。差出人、何が起きたか、どうすればよいか、の順に書く。リンクは書かない。

mail-signature =
    { $service }
    お問い合わせ: { $contact }
mail-when-label = 日時
mail-device-label = 端末
mail-method-label = ログイン方式
mail-network-label = ネットワーク
mail-passkey-label = パスキーの名前
mail-address-label = 登録アドレス
mail-before-label = 変更前のメールアドレス
mail-after-label = 変更後のメールアドレス
mail-some-provider = 外部のサービス
mail-way-in = ログイン画面から、ご登録のログイン方式でログインしてください。
mail-way-in-by = ログイン画面で「{ $continue }」を選んでください。
mail-ways-in = このアカウントには、次のログイン方式でログインできます。
mail-you = お心当たりがある場合
mail-not-you = お心当たりがない場合
mail-not-me = 身に覚えのないログインの場合
mail-nothing = お手続きは必要ありません。
mail-accept = { $service }からのお知らせは { $sender } からお送りします。@{ $domain } からのメールを必ず受信できるように設定してください。

mail-next = 次にしていただくこと
mail-forgotten = パスワードを忘れた場合は、ログイン画面の「パスワードを忘れた場合」から再設定してください。
mail-contact-us = お困りのことがありましたら、{ $contact } までご連絡ください。
mail-not-me-why = ほかの人がアカウントを使っている可能性があります。次の順に、すぐにお進みください。
mail-undo-why = ほかの人がアカウントを使っている可能性があります。次の順に進むと、この変更を取り消せます。
mail-not-me-step-page = { $service }のログイン画面（ログイン中の場合は「アカウント設定」の画面）を開き、いちばん下の「身に覚えのないログインがあった場合」を選んでください。
mail-undo-step-page = { $service }のログイン画面（ログイン中の場合は「アカウント設定」の画面）を開き、いちばん下の「変更や退会を取り消す場合」を選んでください。
mail-step-number = 下のメールアドレスと番号を入力してください。
mail-not-me-step-then = すべての端末がログアウトし、今のパスワードは使えなくなります。続けて、新しいパスワードを設定してください。
mail-undo-step-then = 変更が取り消され、すべての端末がログアウトし、今のパスワードは使えなくなります。続けて、新しいパスワードを設定してください。
mail-number-valid = { $until }まで（一度だけ使えます）
mail-number-secret = この番号をほかの人に教えないでください。
mail-not-me-step-provider = すべての端末がログアウトします。続けて、ログインに使っているサービス（GoogleやAppleなど）の設定で、パスワードとログインの記録をご確認ください。
mail-undo-step-provider = 変更が取り消され、すべての端末がログアウトします。続けて、ログインに使っているサービス（GoogleやAppleなど）の設定で、パスワードとログインの記録をご確認ください。
mail-provider-now = ほかの人がアカウントを使っている可能性があります。すぐに、ログインに使っているサービス（GoogleやAppleなど）の設定で、パスワードとログインの記録をご確認ください。お困りの場合は、{ $contact } までご連絡ください。
mail-provider-next = ログインに使っているサービス（GoogleやAppleなど）の設定で、パスワードとログインの記録をご確認ください。そのあと、ログイン画面からログインしてください。
mail-restore-why = お心当たりがない場合や、お考えが変わった場合は、次の順に進むと元に戻せます。
mail-restore-step-then = アカウントが元に戻ります。続けて、ご登録のログイン方式でログインしてください。
mail-lost-why = 次の順に進むと、{ $hours }時間後に、このメールアドレスとパスワードでログインできるようになります。
mail-lost-step-page = { $service }のログイン画面で「パスワードを忘れた場合」を選び、いちばん下の「GoogleやAppleを使えなくなった場合」を選んでください。
mail-lost-step-then = { $hours }時間お待ちください。そのあと、パスワードを設定するためのワンタイムコードをお送りします。それまでに一度でもログインがあると、このお手続きは取り消されます。
mail-reset-now = ほかの人がアカウントを使っている可能性があります。すぐに、ログイン画面の「パスワードを忘れた場合」から、パスワードを再設定してください。再設定すると、ほかの端末はすべてログアウトします。
mail-contact-now = ほかの人がアカウントを使っている可能性があります。すぐに { $contact } までご連絡ください。

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

# ロック
mail-locked-subject = 【{ $service }】アカウントがロックされました
mail-locked-what = { $service }です。誤ったパスワードが何度も入力されたため、安全のため、お使いのアカウントをロックしました。
mail-locked-effect = ロックが解除されるまで、新しくログインすることはできません。すでにログインしている端末と、使ったことのある端末は、そのままご利用いただけます。
mail-locked-way-out = ロックを解除するには
mail-locked-contact = 再設定できない場合は、{ $contact } までご連絡ください。ご本人であることを確認のうえ、ロックを解除いたします。
mail-locked-reset = ログイン画面の「パスワードを忘れた場合」から、パスワードを再設定してください。
mail-locked-not-you = ほかの人がログインを試みた可能性があります。ロックによってアカウントは守られています。

# パスワードの変更
mail-password-changed-subject = 【{ $service }】パスワードが変更されました
mail-password-changed-what = { $service }です。お使いのアカウントのパスワードが変更されました。
mail-password-changed-effect = 変更した端末を除くすべての端末はログアウトしました。

# パスワードの再設定
mail-reset-code-subject = 【{ $service }】パスワード再設定のワンタイムコード
mail-reset-code-what = { $service }です。パスワードを再設定するためのワンタイムコードをお送りします。
mail-reset-code-do = パスワード再設定の画面に、この番号を入力してください。入力すると、今のパスワードは使えなくなり、新しいパスワードを設定できます。
mail-reset-code-not-you = このメールにお心当たりがない場合は、そのまま破棄してください。番号が入力されない限り、パスワードは変わりません。この番号をほかの人に教えないでください。

mail-reset-verified-subject = 【{ $service }】パスワードがリセットされました
mail-reset-verified-what = { $service }です。ワンタイムコードが入力されたため、これまでのパスワードをリセットしました。ほかの端末はすべてログアウトしました。
mail-reset-verified-you = ワンタイムコードを入力したブラウザで、{ $until }までに新しいパスワードを設定してください。画面を閉じた場合は、同じブラウザで同じコードをもう一度入力すると続けられます。
mail-reset-verified-later = { $until }を過ぎた場合は、ログイン画面の「パスワードを忘れた場合」から、新しいワンタイムコードをお受け取りください。
mail-reset-verified-not-you = ほかの人が、このメールアドレスに届くメールを読んでいる可能性があります。メールのパスワードを変更し、上の時刻を過ぎてから、ログイン画面の「パスワードを忘れた場合」で新しいパスワードを設定してください。お困りの場合は、{ $contact } までご連絡ください。

mail-sign-in-reset-subject = 【{ $service }】新しいログインが行われました
mail-sign-in-reset-what = { $service }です。新しいパスワードが設定され、お使いのアカウントに新しいログインが行われました。

# 身に覚えのないログインの知らせ
mail-not-me-subject = 【{ $service }】すべての端末をログアウトしました
mail-not-me-what = { $service }です。身に覚えのないログインがあったとのご連絡により、すべての端末をログアウトし、これまでのパスワードを使えなくしました。
mail-not-me-do = ログイン画面の「パスワードを忘れた場合」から、新しいパスワードを設定してください。設定するまで、このアカウントにパスワードでログインすることはできません。

# 変更の取り消し
mail-undone-subject = 【{ $service }】アカウントの変更が取り消されました
mail-undone-what = { $service }です。アカウントの変更が取り消されました。すべての端末がログアウトし、これまでのパスワードは使えなくなりました。メールアドレスが変更されていた場合は、変更前のメールアドレスに戻りました。
mail-undone-do = ログイン画面の「パスワードを忘れた場合」から、新しいパスワードを設定してください。メールアドレスが変更されていた場合は、変更前のメールアドレスを入力してください。

mail-undo-again-subject = 【{ $service }】変更を取り消すための番号
mail-undo-again-what = { $service }です。このメールアドレスで、パスワードの再設定などの操作がありました。このメールアドレスは、先日の変更により、アカウントのメールアドレスではなくなっています。
mail-undo-again-effect = ご自身で変更された場合は、お手続きは必要ありません。

# メールアドレスの変更
mail-email-change-code-subject = 【{ $service }】確認コードのお知らせ
mail-email-change-code-what = { $service }です。このメールアドレスをアカウントのメールアドレスにするための確認コードをお送りします。
mail-email-change-code-do = 確認コードを入力する画面に、この番号を入力してください。
mail-email-change-code-not-you = このメールにお心当たりがない場合は、そのまま破棄してください。番号が入力されない限り、変更は行われません。この番号をほかの人に教えないでください。

mail-email-change-taken-subject = 【{ $service }】メールアドレスの変更について
mail-email-change-taken-what = { $service }です。このメールアドレスをアカウントのメールアドレスにする操作がありましたが、すでに登録されているため、変更は行われていません。
mail-email-change-taken-do = ご自身で操作された場合は、このメールアドレスでログインしてご確認ください。お心当たりがない場合は、お手続きは必要ありません。

mail-email-changed-subject = 【{ $service }】メールアドレスが変更されました
mail-email-changed-what = { $service }です。お使いのアカウントのメールアドレスが変更されました。
mail-email-changed-effect = これからのログインとお知らせには、新しいメールアドレスを使います。

# ログイン方式と連絡先
mail-method-added-subject = 【{ $service }】ログイン方式が追加されました
mail-method-added-what = { $service }です。お使いのアカウントに、ログイン方式が追加されました。
mail-method-added-effect = これからは、このログイン方式でもログインできます。

mail-method-removed-subject = 【{ $service }】ログイン方式が解除されました
mail-method-removed-what = { $service }です。お使いのアカウントから、ログイン方式が解除されました。
mail-method-removed-effect = これからは、このログイン方式ではログインできません。

mail-contact-changed-subject = 【{ $service }】連絡先メールアドレスが変更されました
mail-contact-changed-what = { $service }です。お使いのアカウントの連絡先メールアドレスが変更されました。
mail-contact-changed-effect = これからのお知らせは、変更後のメールアドレスにお送りします。

mail-provider-address-changed-subject = 【{ $service }】メールアドレスが変更されました
mail-provider-address-changed-what = { $service }です。{ $provider }のメールアドレスが変わったため、お使いのアカウントのメールアドレスも変更されました。
mail-provider-address-changed-effect = { $provider }でのログインは、これまでどおりご利用いただけます。これからのお知らせは、変更後のメールアドレスにお送りします。
mail-provider-address-changed-not-you = { $provider }のアカウントを、ほかの人が使っている可能性があります。すぐに{ $provider }の設定をご確認ください。お困りの場合は、{ $contact } までご連絡ください。

mail-test-mail-subject = 【{ $service }】テストメール
mail-test-mail-what = { $service }です。「アカウント設定」の操作により、テストメールをお送りしました。
mail-test-mail-do = このメールが届いていれば、大切なお知らせもお受け取りいただけます。お手続きは必要ありません。

# ほかの方法で登録されているとき
mail-reset-provider-subject = 【{ $service }】パスワードの再設定について
mail-reset-provider-what = { $service }です。パスワードの再設定の操作がありましたが、このメールアドレスは{ $provider }でのログインに使われているため、ワンタイムコードはお送りしていません。
mail-reset-provider-email = パスワードを再設定する場合は、「パスワードを忘れた場合」で、上の登録アドレスを入力してください。
mail-reset-provider-lost = { $provider }を使えなくなった場合
mail-reset-provider-not-you = お手続きは必要ありません。アカウントに変更はありません。

mail-provider-lost-subject = 【{ $service }】パスワード設定のお手続きが始まりました
mail-provider-lost-what = { $service }です。ログイン方式を使えなくなったとのことで、お使いのアカウントにメールアドレスとパスワードを設定するお手続きが始まりました。
mail-provider-lost-effect = { $until }を過ぎると、パスワードを設定するためのワンタイムコードをお送りします。
mail-provider-lost-not-you = { $until }までに、いつもの方法で一度ログインしてください。ログインすると、このお手続きは取り消されます。ログインできない場合は、すぐに { $contact } までご連絡ください。

# 退会
mail-withdrawn-subject = 【{ $service }】退会のお手続きが完了しました
mail-withdrawn-what = { $service }です。退会のお手続きが完了しました。これまでご利用いただき、ありがとうございました。
mail-withdrawn-effect = 登録されていた内容は、{ $until }に消去します。
mail-withdrawn-erased = 登録されていた内容は、すべて消去しました。
mail-withdrawn-undo = 元に戻す場合

mail-restored-subject = 【{ $service }】アカウントが元に戻りました
mail-restored-what = { $service }です。退会が取り消され、アカウントが元に戻りました。すべての端末はログアウトしたままです。
mail-restored-do = ログイン画面から、ご登録のログイン方式でログインしてください。パスワードでログインできない場合は、「パスワードを忘れた場合」から再設定してください。
