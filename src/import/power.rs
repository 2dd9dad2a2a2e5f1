//! Board power and energy of a row.

use super::{anomaly::Anomaly, row::Row};
use record::{Power, PowerMethod, RolePower, Throughput};

/// Power and energy are taken over windows whose ends differ a little.
const WINDOWS_DIFFER: f64 = 0.02;

/// Upstream's version of the power keys whose figures its own checks vouch for.
const CHECKED_VERSION: f64 = 2.0;

/// Reads the power of a row with figures in `row`; `accelerators` and `throughput` are the deployment's.
pub(crate) fn power(
    row: &Row<'_>,
    accelerators: Option<u32>,
    throughput: Option<&Throughput>,
    remarks: &mut Vec<String>,
) -> Option<Power> {
    let version = row.number("power_metric_schema_version");
    let valid = row.flag("power_valid");
    let mut power = stated(row)?;
    power.valid = valid;
    if valid == Some(false) || version.is_some_and(|version| version != CHECKED_VERSION) {
        row.context.anomaly(Anomaly::PowerRefused);
        let reason = version.map_or_else(
            || "the source's checks refused it".to_owned(),
            |version| format!("power_metric_schema_version {version}, power_valid {valid:?}"),
        );
        return Some(Power { valid: Some(false), reasons: vec![reason], ..nothing() });
    }
    if let Some(throughput) = throughput {
        drop_energy_of_one_role(row, &mut power, throughput, remarks);
    }
    let remark = other_boards(row, boards(&power, throughput), accelerators);
    power.boards = remark.as_ref().map(|(boards, _)| *boards);
    remarks.extend(remark.map(|(_, remark)| remark));
    Some(power)
}

/// Where power covers another number of boards than the deployment has: how many, and the remark for readers.
pub(crate) fn other_boards(
    row: &Row<'_>,
    boards: Option<f64>,
    accelerators: Option<u32>,
) -> Option<(u32, String)> {
    let (boards, accelerators) = (boards?, accelerators?);
    if (boards / f64::from(accelerators) - 1.0).abs() <= WINDOWS_DIFFER {
        return None;
    }
    row.context
        .anomaly_with(Anomaly::PowerOfOtherBoards, &format!("{boards:.2} boards, {accelerators} used"));
    let remark =
        format!("Power covers {boards:.0} boards, where the deployment uses {accelerators} accelerators.");
    Some((boards.round() as u32, remark))
}

fn stated(row: &Row<'_>) -> Option<Power> {
    let role = |role: &str| {
        let role = RolePower {
            average_per_accelerator_w: row.amount(&format!("{role}_avg_power_w")),
            energy_j: row.amount(&format!("{role}_gpu_energy_j")),
        };
        (role != RolePower::default()).then_some(role)
    };
    let power = Power {
        boards: None,
        average_per_accelerator_w: row.amount("avg_power_w"),
        average_total_w: row.amount("avg_total_gpu_power_w"),
        energy_j: row.amount("total_gpu_energy_j"),
        joules_per_input_token: row.amount("joules_per_input_token"),
        joules_per_output_token: row.amount("joules_per_output_token"),
        joules_per_total_token: row.amount("joules_per_total_token"),
        joules_per_request: row.amount("joules_per_successful_query"),
        prefill: role("prefill"),
        decode: role("decode"),
        ..nothing()
    };
    (power != nothing()).then_some(power)
}

pub(crate) fn nothing() -> Power {
    Power {
        method: PowerMethod::BoardTelemetry,
        boards: None,
        valid: None,
        reasons: Vec::new(),
        average_per_accelerator_w: None,
        peak_per_accelerator_w: None,
        average_total_w: None,
        energy_j: None,
        joules_per_input_token: None,
        joules_per_output_token: None,
        joules_per_total_token: None,
        joules_per_request: None,
        prefill: None,
        decode: None,
    }
}

/// The record's joules per token divide all energy. Early disaggregated rows divide the prefill workers' energy by input
/// tokens and the decode workers' by output tokens; joules per total token shows which it is.
fn drop_energy_of_one_role(
    row: &Row<'_>,
    power: &mut Power,
    throughput: &Throughput,
    remarks: &mut Vec<String>,
) {
    let (Some(joules), Some(total)) = (power.joules_per_total_token, throughput.total) else { return };
    let watts = joules * total;
    let whole = |joules: Option<f64>, rate: Option<f64>| match (joules, rate) {
        (Some(joules), Some(rate)) => (joules * rate / watts - 1.0).abs() <= WINDOWS_DIFFER,
        _ => true,
    };
    if whole(power.joules_per_input_token, throughput.input)
        && whole(power.joules_per_output_token, throughput.output)
    {
        return;
    }
    row.context.anomaly(Anomaly::PowerOfOneRole);
    let (input, output) = (power.joules_per_input_token.take(), power.joules_per_output_token.take());
    let figure =
        |joules: Option<f64>| joules.map_or_else(|| "not stated".to_owned(), |joules| format!("{joules:.6}"));
    remarks.push(format!(
        "The source's joules per input token ({}) and per output token ({}) each divide the energy of one role.",
        figure(input),
        figure(output)
    ));
}

/// How many boards the energy covers.
fn boards(power: &Power, throughput: Option<&Throughput>) -> Option<f64> {
    let each = power.average_per_accelerator_w.filter(|watts| *watts > 0.0)?;
    let all = power.average_total_w.or_else(|| Some(power.joules_per_total_token? * throughput?.total?))?;
    Some(all / each)
}
