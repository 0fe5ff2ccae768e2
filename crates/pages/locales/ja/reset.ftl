# パスワードの再設定

reset-title = パスワードの再設定
reset-lead = ご登録のメールアドレスに、ワンタイムコードをお送りします。

reset-code-title = ワンタイムコードの入力
reset-code-sent-to = 次のメールアドレスでご登録があれば、ワンタイムコードをお送りしています。
reset-code-effect = コードを確認すると、今のパスワードは使えなくなり、新しいパスワードを設定できます。
reset-code-label = ワンタイムコード
reset-code-hint = メールに書かれた数字を入力してください。{ $minutes }分以内にお送りしたコードは、どれも使えます。
reset-no-new = コードを一度入力すると、その後{ $minutes }分間は新しいメールをお送りしません。

# もう一度入力するとき
reset-code-again = 同じコードをもう一度入力すると、{ $until }（{ $zone }）まで、新しいパスワードの設定を続けられます。
reset-code-again-open = 同じコードをもう一度入力すると、新しいパスワードの設定を続けられます。
reset-code-again-hint = 先ほど入力したコードです。
reset-again-title = コードが手元にない場合
reset-again-until = { $until }（{ $zone }）を過ぎると、新しいコードを受け取れます。

reset-password-title = 新しいパスワードの設定
reset-password-lead = コードを確認しました。{ $until }（{ $zone }）までに、新しいパスワードを設定してください。
reset-password-button = 設定してログイン
reset-password-closed = この画面を閉じた場合は、このブラウザで同じコードをもう一度入力すると続けられます。
no-mail-provider = { $providers }でご登録の場合は、ログインの画面からそのままログインできます。
or = や
