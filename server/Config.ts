/**
 * Config: the configuration of this process, from the environment variables that settings.ts declares.
 *
 * A wrong or missing value is named in one line on stderr (`PORT: expected a port number, got "abc"`) and ends the process with exit code
 * 78 (EX_CONFIG), which a supervisor should not retry.
 */
import { Config, Context, Data, Effect, Layer, Option, Result, Runtime } from "effect"
import { CONFIGURATION_EXIT_CODE } from "#server/ExitCode.ts"
import type { Setting } from "#server/Setting.ts"
import { configurationConflicts } from "#server/configurationConflicts.ts"
import { DEFAULT_PORT, settings, type Configuration } from "#server/settings.ts"

/** One line for each thing that is wrong. */
export class ConfigurationError extends Data.TaggedError("ConfigurationError")<{ readonly lines: ReadonlyArray<string> }> {
  override readonly [Runtime.errorExitCode] = CONFIGURATION_EXIT_CODE
  /** The lines are written where the error is made; a stack trace says nothing more. */
  override readonly [Runtime.errorReported] = false
  override get message(): string {
    return this.lines.join("\n")
  }
}

/** The port to put into other defaults; a wrong one is reported once, as the port's own. */
const portText = (texts: ReadonlyMap<string, string>): string => {
  const text = texts.get(settings.port.variable) ?? DEFAULT_PORT
  return Result.isSuccess(settings.port.decode(text)) ? text : DEFAULT_PORT
}

/** The value of one setting, or the line that says what is wrong with it. */
const valueOf = (setting: Setting<unknown>, texts: ReadonlyMap<string, string>): Result.Result<unknown, string> => {
  const production = texts.get(settings.environment.variable) === "production"
  const fallback = production
    ? (setting.defaultInProduction ?? (setting.requiredInProduction ? undefined : setting.default))
    : setting.default
  const text = texts.get(setting.variable) ?? fallback?.replace("<PORT>", portText(texts))
  if (text === undefined) return Result.fail(`${setting.variable}: missing, expected ${setting.expected}`)
  const shown = setting.secret ? "a value that is not shown" : JSON.stringify(text)
  return Result.mapError(setting.decode(text), () => `${setting.variable}: expected ${setting.expected}, got ${shown}`)
}

/** The configuration that `texts` (variable → text) describes, or everything that is wrong with it. */
const configurationOf = (texts: ReadonlyMap<string, string>): Result.Result<Configuration, ConfigurationError> => {
  const lines: Array<string> = []
  const values: Record<string, unknown> = {}
  for (const [name, setting] of Object.entries<Setting<unknown>>(settings)) {
    Result.match(valueOf(setting, texts), {
      onFailure: (line) => lines.push(line),
      onSuccess: (value) => (values[name] = value)
    })
  }
  if (lines.length > 0) return Result.fail(new ConfigurationError({ lines }))
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- each name holds what its own setting decoded
  const configuration = values as Configuration
  const found = configurationConflicts(configuration)
  return found.length > 0 ? Result.fail(new ConfigurationError({ lines: found })) : Result.succeed(configuration)
}

/** Reads every setting from the ConfigProvider; an empty variable counts as unset. */
export const readConfiguration: Effect.Effect<Configuration, ConfigurationError> = Effect.gen(function* () {
  const texts = new Map<string, string>()
  for (const { variable } of Object.values<Setting<unknown>>(settings)) {
    const text = yield* Config.option(Config.String(variable)).pipe(
      Effect.mapError((error) => new ConfigurationError({ lines: [`${variable}: ${error.message}`] }))
    )
    if (Option.isSome(text)) texts.set(variable, text.value)
  }
  return yield* Effect.fromResult(configurationOf(texts))
})

/** The configuration, read once at the start. */
export class AppConfig extends Context.Service<AppConfig, Configuration>()("server/AppConfig") {
  static readonly layer: Layer.Layer<AppConfig, ConfigurationError> = Layer.effect(
    AppConfig,
    Effect.tapError(readConfiguration, (error) => Effect.sync(() => process.stderr.write(`${error.message}\n`)))
  )
}
