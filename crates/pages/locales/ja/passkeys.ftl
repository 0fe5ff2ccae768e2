# パスキー: ログイン、追加、名前、申し出

passkeys-heading = パスキー
passkey-name = 名前
passkey-kept = 保存先
passkey-backup = 使える端末
passkey-backup-single = 保存した端末のみ
passkey-backup-eligible = 保存した端末のみ（同期できます）
passkey-backup-backed-up = 同期しているすべての端末
passkey-never = まだありません
passkey-open = 名前の変更・解除
passkeys-full = パスキーは{ $maximum }個まで追加できます。さらに追加するには、使っていないものを先に解除してください。

# 端末の画面を待つあいだ
passkey-wait = お待ちください。
passkey-asking = お使いの端末やブラウザの画面で続けてください。
passkey-again = もう一度試す
passkey-another = 別のパスキーで試す
passkey-script = パスキーをお使いになるには、ブラウザの設定でJavaScriptを有効にしてください。ほかの方法は、このままご利用いただけます。
passkey-incapable = このブラウザでは、パスキーをお使いになれません。

# ログイン
passkey-signin-title = パスキーでログイン
passkey-signin-lead = あらかじめこの端末で作成したパスキーか、この端末に同期されたパスキーをお使いください。指紋、顔、または画面ロックで確認します。
passkey-signin-otherwise = ほかの方法でログイン
passkey-how-title = この端末にパスキーがない場合
passkey-need = パスキーでのログインには、あらかじめこの端末で作成したパスキーか、この端末に同期されたパスキーが必要です。
passkey-how = ほかの方法でログインしてから、「アカウント設定」›「アカウント」›「ログイン方式を追加」の順に進むと、追加できます。
passkey-signin-cancelled-title = パスキーでのログインは完了していません。
passkey-signin-cancelled-body = 端末の画面が閉じられたか、この端末に{ $service }のパスキーが見つかりませんでした。もう一度お試しになるか、ほかの方法でログインしてください。
passkey-signin-timeout-title = 確認の時間が過ぎました。
passkey-signin-timeout-body = 時間内に端末での確認が終わりませんでした。ご準備のうえ、もう一度お試しください。
passkey-signin-failed-title = パスキーを確認できませんでした。
passkey-signin-failed-body = 端末での確認がうまくいきませんでした。もう一度お試しください。続けてうまくいかないときは、ほかの方法でログインしてください。
passkey-signin-unsupported-title = このブラウザではパスキーを使えません。
passkey-signin-unsupported-body = ほかの方法でログインするか、最新のブラウザでお試しください。
passkey-signin-insecure-title = このページではパスキーを使えません。
passkey-signin-insecure-body = ページのアドレスが、パスキーを使うときのものと異なります。いつものアドレスから開き直すか、ほかの方法でログインしてください。
passkey-signin-interrupted-title = 確認が中断されました。
passkey-signin-interrupted-body = 別の画面での操作と重なった可能性があります。もう一度お試しください。
passkey-signin-unreachable-title = 接続できませんでした。
passkey-signin-unreachable-body = 通信の状態をご確認のうえ、もう一度お試しください。
passkey-signin-busy-title = 混み合っています。
passkey-signin-busy-body = 少し待ってからもう一度お試しください。
passkey-signin-unknown-title = このパスキーではログインできません。
passkey-signin-unknown-body = アカウントから解除されたパスキーか、退会したアカウントのパスキーです。お使いの端末やブラウザの「パスキー」の一覧から、削除していただけます。
passkey-signin-unknown-do = 別のパスキーか、ほかの方法でログインしてください。
passkey-signin-refused-title = パスキーを確認できませんでした。
passkey-signin-refused-body = 安全のため、このパスキーでのログインを受け付けませんでした。もう一度お試しください。続けて受け付けられないときは、ほかの方法でログインし、このパスキーを解除してから追加し直してください。
passkey-signin-expired-title = 確認の有効時間が過ぎました。
passkey-signin-expired-body = お手数ですが、もう一度お試しください。

# 追加
passkey-add-title = パスキーの追加
passkey-add-lead = 追加すると、次回からは指紋、顔、または端末の画面ロックでログインできます。メールアドレスやパスワードの入力は要りません。
passkey-add-next = ボタンを押すと端末やブラウザの画面が開きますので、その案内に沿って保存してください。
passkey-add-button = 新しいパスキーを追加
passkey-add-cancelled-title = パスキーは追加されていません。
passkey-add-cancelled-body = 端末の画面が閉じられたか、画面ロックが設定されていないなどの理由で、保存できるところが見つかりませんでした。よろしければ、もう一度お試しください。スマートフォンなど、別の端末に保存することもできます。
passkey-add-timeout-title = 追加の時間が過ぎました。
passkey-add-timeout-body = 時間内に端末での保存が終わりませんでした。ご準備のうえ、もう一度お試しください。
passkey-add-failed-title = パスキーを追加できませんでした。
passkey-add-failed-body = 端末での保存がうまくいきませんでした。もう一度お試しください。続けてうまくいかないときは、別の端末やブラウザでお試しください。
passkey-add-unsupported-title = このブラウザではパスキーを使えません。
passkey-add-unsupported-body = 最新のブラウザか、別の端末でお試しください。
passkey-add-insecure-title = このページではパスキーを追加できません。
passkey-add-insecure-body = ページのアドレスが、パスキーを使うときのものと異なります。いつものアドレスから開き直してください。
passkey-add-interrupted-title = 追加が中断されました。
passkey-add-interrupted-body = 別の画面での操作と重なった可能性があります。もう一度お試しください。
passkey-add-unreachable-title = 接続できませんでした。
passkey-add-unreachable-body = 通信の状態をご確認のうえ、もう一度お試しください。
passkey-add-busy-title = 混み合っています。
passkey-add-busy-body = 少し待ってからもう一度お試しください。
passkey-add-refused-title = パスキーを追加できませんでした。
passkey-add-refused-body = 端末から届いた内容を確認できなかったため、追加していません。もう一度お試しください。続けてうまくいかないときは、別の端末やブラウザでお試しください。
passkey-add-expired-title = 追加の有効時間が過ぎました。
passkey-add-expired-body = お手数ですが、もう一度お試しください。
passkey-add-already-added-title = この端末のパスキーは、すでに追加されています。
passkey-add-already-added-body = 新しく追加しなくても、このままお使いいただけます。別の端末やパスワード管理アプリに保存するときは、追加の画面でそちらをお選びください。
passkey-add-no-lock-title = この端末にはパスキーを保存できません。
passkey-add-no-lock-body = 端末に画面ロックが設定されていないか、パスキーを保存できるところが見つかりませんでした。画面ロックを設定してから、もう一度お試しください。スマートフォンなど、別の端末に保存することもできます。
passkey-add-too-many-title = パスキーをこれ以上追加できません。

# 一つのパスキー
passkey-title = パスキー
passkey-rename = 新しい名前
passkey-name-hint = どの端末のものか分かる名前にすると、見分けやすくなります。
passkey-rename-button = 名前を変更
passkey-remove-title = 使わなくなったとき
passkey-remove-about = 端末を手放したときなどは、解除してください。
passkey-remove-button = このパスキーを解除
passkey-remove-lead = 解除すると、このパスキーではログインできなくなります。端末に残った分は、端末の「パスキー」の一覧から削除していただけます。

# ログイン後の申し出
passkey-offer-title = 次回から、パスワードなしでログインしませんか
passkey-offer-lead = パスキーを追加すると、次回からは指紋、顔、または端末の画面ロックでログインできます。
passkey-offer-still = パスワードも、これまでどおりお使いいただけます。お断りになった場合は、今後おたずねしません。あとから「アカウント設定」で追加することもできます。
passkey-offer-add = パスキーを追加
passkey-offer-no = 追加しない
passkey-offer-missed = パスキーは追加されていません。もう一度お試しになるか、追加せずにお進みください。
