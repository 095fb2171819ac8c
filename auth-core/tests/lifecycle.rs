//! The life of a token, as told by the files in `scenarios/`: each is a test of its own name.
#![allow(clippy::unwrap_used, reason = "tests")]

mod scenarios;

macro_rules! scenarios {
    ($($name:ident,)*) => {
        const LISTED: &[&str] = &[$(stringify!($name)),*];

        $(#[tokio::test]
        async fn $name() {
            scenarios::run(stringify!($name)).await;
        })*
    };
}

scenarios! {
    fresh_token_is_used,
    due_token_is_renewed_behind_the_callers_back,
    due_token_survives_a_failed_exchange,
    near_token_waits_for_the_new_one,
    near_token_survives_a_failed_exchange,
    gone_token_gives_the_exchanges_error,
    a_moment_before_the_expiry_the_token_is_still_used,
    first_exchange_fails,
    slow_exchange_while_near,
    slow_exchange_fails_after_the_expiry,
    pauses_double_up_to_thirty_seconds,
    refusals_pause_five_seconds,
    no_refusal_is_final,
    a_success_ends_the_doubling,
    a_pause_stands_while_the_wall_clock_steps,
    a_pause_does_not_touch_a_fresh_token,
    runtime_that_stands_still_again_and_again,
    leeway_is_at_most_half_the_life,
    leeway_longer_than_the_life,
    short_lived_tokens_are_not_exchanged_all_the_time,
    tokens_of_a_second_cause_one_exchange_a_second,
    tokens_of_a_day,
    same_token_with_little_life_left,
    same_token_to_the_last_moment,
    same_jwt_again_does_not_grow_younger,
    same_token_prolonged_at_its_end,
    same_token_again_after_its_rejection,
    same_token_cut_short,
    token_without_expiry_is_used_until_rejected,
    rejected_token_is_renewed,
    late_rejection_of_an_old_token_is_ignored,
    many_rejections_of_one_token_cause_one_renewal,
    rejected_token_and_a_failed_exchange,
    rejection_during_a_pause,
    wall_clock_an_hour_ahead_with_expires_in,
    wall_clock_an_hour_ahead_with_exp_and_iat,
    wall_clock_an_hour_behind_with_expires_in,
    wall_clock_an_hour_behind_with_exp_and_iat,
    exp_only_and_a_right_clock,
    exp_only_and_a_clock_two_hours_ahead,
    exp_only_and_a_clock_half_an_hour_ahead,
    exp_only_and_a_clock_an_hour_behind,
    wall_clock_steps_forward,
    wall_clock_steps_forward_and_the_service_is_down,
    wall_clock_steps_forward_a_little,
    wall_clock_steps_back,
    suspend_longer_than_the_life,
    suspend_into_the_leeway,
    suspend_and_no_network_yet,
    users_token_is_used,
    users_token_and_a_clock_an_hour_ahead,
    users_token_and_a_clock_an_hour_behind,
    given_token_cannot_be_renewed,
    given_token_cannot_be_renewed_but_another_process_saves_one,
    stored_token_is_used,
    stored_due_token_is_used_at_once,
    stored_near_token_survives_a_failed_exchange,
    stored_expired_token_is_renewed,
    stored_token_and_a_clock_an_hour_ahead,
    stored_token_and_a_clock_an_hour_behind,
    stored_jwt_of_a_short_life,
    stored_token_without_expiry,
    given_token_is_due_and_another_process_has_saved_one,
    stored_token_is_handed_out_again_with_a_clock_ahead,
    new_token_is_saved,
    due_token_was_renewed_by_another_process,
    gone_token_was_renewed_by_another_process,
    rejected_token_was_replaced_by_another_process,
    stored_token_is_rejected,
    another_process_saves_a_token_that_ends_sooner,
    unreadable_store,
    store_breaks_and_is_mended,
    not_writable_store,
    token_in_memory_is_not_replaced_by_the_older_one_in_the_store,
    another_process_saves_a_token_that_is_due_too,
    rotating_refresh_token_is_spent_once,
    rotating_refresh_token_is_not_spent_without_a_writable_store,
    rotating_refresh_token_is_spent_when_the_store_is_mended,
    rotating_refresh_token_is_not_spent_for_a_due_token,
    rotating_refresh_token_is_spent_unsaved_when_allowed,
    unsaved_refresh_token_gives_way_to_another_process,
    rotating_refresh_token_of_another_process_is_used,
    rotating_refresh_token_and_an_unreadable_store,
    refused_refresh_token_was_rotated_by_another_process,
    refused_refresh_token,
    rotating_refresh_token_without_a_store,
    service_hands_out_an_expired_token,
    service_hands_out_an_expired_token_while_ours_is_valid,
    expired_token_brings_a_refresh_token,
    adopted_token_that_lives_longer_is_used,
    adopted_token_that_ends_sooner_is_not_used,
    adopted_token_replaces_a_rejected_one,
    adopted_token_without_expiry_replaces_a_rejected_one,
    adopted_token_keeps_the_refresh_token,
    expired_token_is_not_adopted,
    adopted_token_after_the_wall_clock_was_set_back,
    same_token_is_not_adopted_again,
    adopted_token_is_saved,
    adopted_token_keeps_the_stores_refresh_token,
    adopted_token_ends_a_pause,
    forced_renewal_of_a_fresh_token,
    forced_renewal_does_not_make_do_with_the_stores_token,
    forced_renewal_during_a_pause,
    forced_renewal_fails,
}

#[test]
fn every_scenario_is_listed() {
    let mut found: Vec<String> = std::fs::read_dir(scenarios::folder())
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "json"))
        .map(|path| path.file_stem().unwrap().to_str().unwrap().to_owned())
        .collect();
    found.retain(|name| !LISTED.contains(&name.as_str()));
    assert_eq!(found, Vec::<String>::new(), "scenarios without a test");
}
