/** PreferencesGroup: how the signed-in person likes the page. */
import { HttpApiEndpoint, HttpApiGroup, OpenApi } from "effect/http-api"
import { Session } from "#contract/Access.ts"
import { Preferences, PreferencesVersion } from "#contract/Preferences.ts"
import { Conflict, ServiceUnavailable } from "#contract/Problem.ts"

export class PreferencesGroup extends HttpApiGroup.make("preferences")
  .add(
    HttpApiEndpoint.get("preferences", "/preferences", { success: Preferences, error: ServiceUnavailable }).annotateMerge(
      OpenApi.annotations({ summary: "How the person likes the page", description: "Version 0 and no entries before the first change." })
    ),
    HttpApiEndpoint.put("savePreferences", "/preferences", {
      payload: Preferences,
      success: PreferencesVersion,
      error: [Conflict, ServiceUnavailable]
    }).annotateMerge(
      OpenApi.annotations({
        summary: "Replace them",
        description:
          "`version` is the one that the change was made from: PREFERENCES_CHANGED when another device was first. Ask again, and merge."
      })
    )
  )
  .middleware(Session)
  .annotateMerge(
    OpenApi.annotations({ title: "Preferences", description: "Layout, watchlists and choices that follow a person to their next device." })
  ) {}
