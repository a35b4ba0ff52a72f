pub(crate) fn run(_: Option<&str>) -> anyhow::Result<()> {
    Ok(())
}
pub(crate) fn bench(_: &[&str]) -> anyhow::Result<()> {
    Ok(())
}
