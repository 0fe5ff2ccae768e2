# パスワードの再設定

reset-title = パスワードの再設定
reset-lead = ご登録のメールアドレスに、ワンタイムコードをお送りします。

reset-code-title = ワンタイムコードの入力
reset-code-sent-to = 次のメールアドレスでご登録があれば、ワンタイムコードをお送りしています。
reset-code-label = ワンタイムコード
reset-code-hint = メールに書かれた数字を入力してください。{ $minutes }分以内にお送りしたコードは、どれも使えます。入力すると、今のパスワードは使えなくなります。
reset-no-new = コードを一度入力すると、その後{ $minutes }分間は新しいメールをお送りしません。

# もう一度入力するとき
reset-code-again = 新しいパスワードの設定を続けるには、同じコードをもう一度入力してください。
reset-code-again-hint = 先ほど入力したコードです。
reset-again-title = コードが手元にない場合
reset-again-until = 同じコードで続けられるのは、{ $until }（{ $zone }）までです。コードを入力したあと{ $minutes }分間は新しいメールをお送りしませんので、この時刻を過ぎてから、新しいコードをお受け取りください。

reset-password-title = 新しいパスワードの設定
reset-password-lead = コードを確認しました。{ $until }（{ $zone }）までに、新しいパスワードを設定してください。
reset-password-button = 設定してログイン
reset-password-closed = この画面を閉じた場合は、このブラウザで同じコードをもう一度入力すると続けられます。
