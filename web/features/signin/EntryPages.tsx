/** EntryPages: the ways in for visitors, with the live prices that everybody may see. */
import { useEffect } from "react"
import { Route, Switch } from "wouter"
import { startLive } from "../../api/live.ts"
import { ForgotPasswordPage, ResetPasswordPage } from "./PasswordPages.tsx"
import { RegisterPage } from "./RegisterPage.tsx"
import { SignInPage } from "./SignInPage.tsx"
import { VerifyEmailPage } from "./VerifyEmailPage.tsx"

export default function EntryPages() {
  useEffect(() => startLive(() => undefined), [])
  return (
    <Switch>
      <Route path="/register" component={RegisterPage} />
      <Route path="/forgot-password" component={ForgotPasswordPage} />
      <Route path="/reset-password" component={ResetPasswordPage} />
      <Route path="/verify-email" component={VerifyEmailPage} />
      <Route component={SignInPage} />
    </Switch>
  )
}
