/** PreferencesApi: how the signed-in person likes the page. */
import { CurrentUser } from "#contract/Access.ts"
import { Api } from "#contract/Api.ts"
import { Conflict } from "#contract/Problem.ts"
import { PreferenceStore } from "#db/PreferenceStore.ts"
import { unavailable } from "#server/api/refusals.ts"
import { Effect } from "effect"
import { HttpApiBuilder } from "effect/http-api"

export const PreferencesApi = HttpApiBuilder.group(Api, "preferences", (handlers) =>
  handlers.handleAll({
    preferences: Effect.fnUntraced(function* () {
      const { userId } = yield* CurrentUser
      return yield* (yield* PreferenceStore).find(userId).pipe(Effect.mapError(unavailable))
    }),
    savePreferences: Effect.fnUntraced(function* ({ payload }) {
      const { userId } = yield* CurrentUser
      const version = yield* (yield* PreferenceStore).replace(userId, payload.version, payload.entries).pipe(Effect.mapError(unavailable))
      return version === undefined ? yield* new Conflict({ code: "PREFERENCES_CHANGED" }) : { version }
    })
  })
)
